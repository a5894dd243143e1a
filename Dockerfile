# Rapporteur in a container. Everything it keeps is in the volume /data; the rest of the file system may be read-only.
#   docker build -t rapporteur . && docker run --read-only --tmpfs /tmp -v rapporteur:/data --env-file .env rapporteur

FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements.lock ./
# Only what is locked, by its hash, and only built packages: nothing is compiled, and no package runs code here.
RUN ["python", "-m", "venv", "/venv"]
RUN ["/venv/bin/python", "-m", "pip", "install", "--no-cache-dir", "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:", "-r", "requirements.lock"]

FROM python:3.13-slim
RUN ["useradd", "--system", "--uid", "10001", "--no-create-home", "--home-dir", "/data", "--shell", "/usr/sbin/nologin", "rapporteur"]
RUN ["install", "--directory", "--owner=rapporteur", "--group=rapporteur", "--mode=0700", "/data"]
WORKDIR /app
COPY --from=build /venv /venv
COPY bot ./bot
COPY cogs ./cogs
COPY config ./config
# Compiled here, because the bot may not write beside its code.
RUN ["/venv/bin/python", "-m", "compileall", "-q", "bot", "cogs", "config"]
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    CONFIG_DIR=/data/config \
    HEALTH_PORT=8080
# As a number, so that a cluster can see that it is not root.
USER 10001
VOLUME ["/data"]
# For whoever watches: Docker itself restarts nothing because of it, and an outage of Discord mends by itself.
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=5 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=8)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
