# The embedded service in one image: `docker compose up`. Wheels only, so nothing is compiled.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/simpul
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN /opt/simpul/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY topology topology
COPY correlator correlator
COPY connectors connectors
COPY streams streams
RUN /opt/simpul/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/simpul --create-home simpul
COPY --from=build /opt/simpul /opt/simpul
ENV PATH=/opt/simpul/bin:$PATH PYTHONUNBUFFERED=1
USER simpul
WORKDIR /etc/simpul
VOLUME /var/lib/simpul
EXPOSE 8088/tcp 1162/udp
ENTRYPOINT ["simpul"]
CMD ["run"]
