"""The errors a user can cause, each one line that says what, where and what to do next."""


def lines_of(error: BaseException) -> list[str]:
    """The lines of an error's message, one at least: without any, the error's kind."""
    return str(error).strip().splitlines() or [type(error).__name__]


class ClaimstanceError(Exception):
    """Bad input or a missing prerequisite; the command line prints it and exits with code 2."""


class ArticleError(ClaimstanceError):
    """An article or a file of articles that cannot be read."""


class PrerequisiteError(ArticleError):
    """What all articles of a file or a run need is missing: there is no passing over that."""


class LabelError(ClaimstanceError):
    """Gold labels that cannot be read or do not fit their article."""


class ConfigError(ClaimstanceError):
    """A configuration file that is missing, malformed or names something unknown."""


class ModelError(ClaimstanceError):
    """A model, base model or model folder that is missing or damaged."""


class PredictionError(ClaimstanceError):
    """Predictions that cannot be read back, or lack what is asked of them."""


class TrackingError(ClaimstanceError):
    """A tracking server or store that cannot be used."""


class ClusterError(ClaimstanceError):
    """A cluster that is not there, does not suit, or loses its workers."""


class ServerError(ClaimstanceError):
    """A server that cannot be started."""


class OutputError(ClaimstanceError):
    """An output path that cannot be written."""
