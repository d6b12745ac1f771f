//! Incidents and responses counted again from what happened, by a plain sweep.

