# All roles in one image, embedded and distributed: docker-compose.embedded.yml, docker-compose.yml. Wheels only, so
# nothing is compiled. What builds and tests the package is in the first stage alone.
FROM python:3.12.11-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/build && python -m venv /opt/simpul
COPY requirements.lock requirements.runtime.lock pyproject.toml README.md LICENSE NOTICE ./
RUN /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements.lock \
    && /opt/simpul/bin/pip install --no-cache-dir --require-hashes -r requirements.runtime.lock
COPY topology topology
COPY correlator correlator
COPY connectors connectors
COPY streams streams
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
    && /opt/simpul/bin/pip install --no-cache-dir --no-deps --no-index /wheels/*.whl \
    && /opt/simpul/bin/pip check

FROM python:3.12.11-slim-bookworm
# the group by number: secrets that are mounted belong to it
RUN groupadd --system --gid 10001 simpul \
    && useradd --system --uid 10001 --gid simpul --home-dir /var/lib/simpul --create-home simpul
COPY --from=build /opt/simpul /opt/simpul
ENV PATH=/opt/simpul/bin:$PATH PYTHONUNBUFFERED=1
USER simpul
WORKDIR /etc/simpul
VOLUME /var/lib/simpul
EXPOSE 8088/tcp 8089/tcp 1162/udp
ENTRYPOINT ["simpul"]
CMD ["run"]
