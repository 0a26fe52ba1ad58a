# syntax=docker/dockerfile:1
# The page, then an environment from the lock file, then an image that holds both and no tools.

FROM node:20-bookworm-slim AS page
WORKDIR /build/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY api/schema.graphql /build/api/schema.graphql
COPY web/ ./
RUN npm run build

FROM python:3.11-slim-bookworm AS environment
WORKDIR /build
RUN python -m venv /opt/similis && /opt/similis/bin/pip install --no-cache-dir uv==0.13.9
COPY requirements-runtime.lock ./
RUN /opt/similis/bin/uv pip install --compile-bytecode --python /opt/similis/bin/python --no-cache --require-hashes \
      --requirement requirements-runtime.lock
COPY pyproject.toml README.md LICENSE ./
COPY api/ api/
COPY embedder/ embedder/
COPY ingest/ ingest/
COPY infra/ infra/
COPY --from=page /build/web/dist/ web/dist/
RUN /opt/similis/bin/uv pip install --compile-bytecode --python /opt/similis/bin/python --no-cache --no-deps . \
 && /opt/similis/bin/uv pip uninstall --python /opt/similis/bin/python uv

FROM python:3.11-slim-bookworm
RUN useradd --system --create-home --uid 10001 similis \
 && install --directory --owner=similis --mode=0700 /var/lib/similis
COPY --from=environment /opt/similis /opt/similis
ENV PATH=/opt/similis/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    SIMILIS_HOME=/var/lib/similis
USER 10001
VOLUME /var/lib/similis
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# Outside the container only what is published is reached: publish to 127.0.0.1, or put TLS in front.
ENTRYPOINT ["similis"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
