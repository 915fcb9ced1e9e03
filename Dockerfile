# syntax=docker/dockerfile:1
FROM rust:1.95-bookworm AS build
# aws-lc builds with cmake.
RUN apt-get update && apt-get install -y --no-install-recommends cmake && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --profile dist --locked && cp target/dist/liufang /liufang

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/liufang --create-home liufang \
    && install --directory --owner liufang /var/lib/liufang/files
COPY --from=build /liufang /usr/local/bin/liufang
USER liufang
WORKDIR /var/lib/liufang
ENV LIUFANG_HTTP_LISTEN=0.0.0.0:8000 \
    LIUFANG_LOG_FORMAT=json
EXPOSE 8000
VOLUME /var/lib/liufang
# The image has no HTTP client, and bash opens connections of its own.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8000 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["liufang"]
CMD ["serve"]
