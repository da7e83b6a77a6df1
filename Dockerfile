# syntax=docker/dockerfile:1
# Two stages: one that builds, one that holds the program, the CA certificates and nothing to build with.
FROM rust:1.95-slim-trixie AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Cargo.toml Cargo.lock rust-toolchain.toml clippy.toml ./
COPY sandbox sandbox
COPY migrations migrations
COPY config config
COPY src src
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin loket && cp target/release/loket /loket

FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/loket --create-home loket \
    && mkdir /etc/loket
COPY --from=build /loket /usr/local/bin/loket
COPY config/loket.example.toml /etc/loket/loket.example.toml
USER 10001
WORKDIR /var/lib/loket
# The configuration and the key are mounted to /etc/loket; the ledger lives in the volume.
ENV LOKET_CONFIG=/etc/loket/loket.toml \
    LOKET__WEB__LISTEN=0.0.0.0:8080 \
    LOKET__STORE__URL=sqlite:/var/lib/loket/loket.db
VOLUME /var/lib/loket
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s --retries=3 CMD ["loket", "healthy"]
ENTRYPOINT ["loket"]
CMD ["run"]
