"""The server: one process, one model, until it is interrupted."""

import socket
from contextlib import suppress
from pathlib import Path

from claimstance.console import say
from claimstance.errors import ServerError
from claimstance.models.loading import Runtime, load_classifier
from claimstance.serving.limits import Limits

CONNECTIONS = 512  # more are refused at once, in whatever state the others are
LAST_SECONDS = 10  # for answers under way when it is interrupted


def serve(
    folder: Path, runtime: Runtime, host: str, port: int, min_confidence: float, limits: Limits
) -> None:
    """Serve the live page and `POST /predict` until interrupted.

    Raises:
        ServerError: the packages of the extra are missing, or the address cannot be had.
        ModelError: the model cannot be loaded.
    """
    try:
        import python_multipart  # noqa: F401 (forms need it)
        import uvicorn

        from claimstance.serving.app import Reader, make_app
        from claimstance.serving.guard import LOOPBACK
    except ImportError as error:
        raise ServerError(
            f'serve: {error.name} is not installed: pip install -c constraints.txt -e ".[serve]"'
        ) from None
    local = host in {"127.0.0.1", "localhost", "::1"}
    with _listening(host, port) as listener:
        reader = Reader(load_classifier(folder, runtime), min_confidence)
        app = make_app(reader, limits, LOOPBACK if local else None)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=CONNECTIONS,
            timeout_graceful_shutdown=LAST_SECONDS,
        )
        name = f"[{host}]" if ":" in host else host
        with suppress(KeyboardInterrupt):
            say(f"live page: http://{name}:{listener.getsockname()[1]} (Ctrl-C ends it)")
            if not local:
                say("it has no log-in: whoever reaches this address can use it")
            uvicorn.Server(config).run([listener])
    say("stopped")


def _listening(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise ServerError(
            f"{host}:{port}: cannot listen there ({error.strerror or error}); try another --port"
        ) from error
    return listener
