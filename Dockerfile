# Two stages: build with Rust, run with nothing but the program. The steps are also exercised without Docker,
# in Debian roots of their own, by .ci/image; it reads this file, so keep to the instructions it knows.

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --locked --profile dist --bin upheld

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Upheld" \
      org.opencontainers.image.description="The chat-ops bot that keeps both sides of a service level agreement honest" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
RUN groupadd --gid 10001 upheld \
 && useradd --uid 10001 --gid upheld --home-dir /var/lib/upheld --no-create-home --shell /usr/sbin/nologin upheld \
 && install -d -o upheld -g upheld -m 0700 /var/lib/upheld
COPY --from=build /src/target/dist/upheld /usr/local/bin/upheld
COPY config /usr/share/upheld/config
COPY LICENSE-MIT LICENSE-APACHE /usr/share/doc/upheld/
# Your own files go here, read-only: upheld.toml, services.toml, agreements/*.toml, surveys/*.toml.
ENV UPHELD_CONFIG=/etc/upheld
# Fewer heaps that each keep a peak of their own: some ten megabytes less under load, and no slower.
ENV MALLOC_ARENA_MAX=2
# What the health check asks; change it with `server.listen`.
ENV UPHELD_HEALTH_URL=http://127.0.0.1:8080
WORKDIR /var/lib/upheld
USER 10001:10001
VOLUME /var/lib/upheld
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["upheld", "health"]
ENTRYPOINT ["upheld"]
CMD ["serve"]
