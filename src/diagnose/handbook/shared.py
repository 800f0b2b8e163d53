"""One publication for all notebooks of one build.

Nine notebooks in two languages show the same publication, and making it takes seconds.
A build makes it once, keeps it in its own temporary folder, and tells the kernels where
it lies; it is gone when the build ends, so that no later build can meet it.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnose.disclosure import Publication

VARIABLE = "DIAGNOSE_PUBLICATION"


def share_publication(publication: Publication, folder: Path, path: Path) -> None:
    """Write what was published of one assessment folder, for the kernels of a build.

    Parameters
    ----------
    publication : Publication
        What may be shown, and nothing else.
    folder : Path
        The assessment folder that it was made from.
    path : Path
        File to write; the caller removes it when the build ends.
    """
    content = pickle.dumps((str(folder.resolve()), publication))
    path.touch(mode=0o600)
    path.write_bytes(content)


def shared_publication(folder: Path) -> Publication | None:
    """Return the publication of this folder if a running build shares it, else None."""
    where = os.environ.get(VARIABLE)
    if not where or not Path(where).is_file():
        return None
    made_of, publication = pickle.loads(Path(where).read_bytes())
    return publication if made_of == str(folder.resolve()) else None
