FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY mock_akeneo mock_akeneo
COPY fixtures fixtures
RUN python -m venv /opt/mock-akeneo && /opt/mock-akeneo/bin/pip install --no-cache-dir .

FROM python:3.13-slim
COPY --from=build /opt/mock-akeneo /opt/mock-akeneo
ENV PATH=/opt/mock-akeneo/bin:$PATH PYTHONDONTWRITEBYTECODE=1
# The base image leaves the bytecode of the standard library out, which would be compiled anew at each start and probe.
RUN python -c "import compileall, sysconfig; compileall.compile_dir(sysconfig.get_path('stdlib'), quiet=2)"
RUN mkdir /data && chown 10001:10001 /data
USER 10001:10001
EXPOSE 8080
VOLUME ["/data"]
STOPSIGNAL SIGTERM
# It asks where MOCK_AKENEO_HOST, _PORT, _TLS or the ready file say. A busy machine is no fault of the server's.
HEALTHCHECK --interval=30s --timeout=30s --start-period=30s CMD ["mock-akeneo", "wait", "--timeout", "25"]
ENTRYPOINT ["mock-akeneo"]
# Inside a container every address is reached from outside: the control plane asks for MOCK_AKENEO_ADMIN_TOKEN, or
# prints one at the start.
CMD ["serve", "--host", "0.0.0.0"]
