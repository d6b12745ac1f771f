//! The tests that run the parts together: case files, webhooks, platforms, stories.

#[cfg(test)]
mod alertmanager;
#[cfg(test)]
mod anonymity;
#[cfg(test)]
mod boards;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod city;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod dice;
#[cfg(test)]
mod discord;
#[cfg(test)]
mod discord_drawing;
#[cfg(test)]
mod due;
#[cfg(test)]
mod durable;
#[cfg(test)]
mod fake;
#[cfg(test)]
mod golden;
#[cfg(test)]
#[path = "../golden/mod.rs"]
mod golden_year;
#[cfg(test)]
mod picture;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod program;
#[cfg(test)]
mod reviews;
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod service;
#[cfg(test)]
mod storm;
#[cfg(test)]
mod telegram;
#[cfg(test)]
mod trouble;
#[cfg(test)]
mod voices;
#[cfg(test)]
mod web;
#[cfg(test)]
mod web_world;
#[cfg(test)]
mod webhooks;
