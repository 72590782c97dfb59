"""The tracking page: MLflow's own, on this machine."""

import subprocess
import sys

from claimstance.console import say
from claimstance.errors import TrackingError
from claimstance.tracking.store import connect, tracking_uri


def serve(port: int) -> None:
    """Serve the page until interrupted.

    Raises:
        TrackingError: the store is a server that has a page of its own, or the page cannot start.
    """
    connect()
    uri = tracking_uri()
    if uri.startswith("http"):
        raise TrackingError(f"the tracking server has its own page: open {uri}")
    say(f"tracking page: http://127.0.0.1:{port} (Ctrl-C ends it)")
    command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", uri]
    ended = subprocess.run([*command, "--host", "127.0.0.1", "--port", str(port)], check=False)
    if ended.returncode > 0:
        raise TrackingError(f"the page did not start; is port {port} in use? Try --port")
