"""Search of the Dutch edition: words are cut as the page in the browser cuts them.

The index is made in Python and searched in JavaScript, and both cut a word to its stem.
Newer versions of snowballstemmer know another Dutch algorithm than the script does,
and then most words are never found.
"""

from __future__ import annotations

import snowballstemmer
from sphinx.search.nl import SearchDutch


class Dutch(SearchDutch):
    """The stemmer that the script has, which is Porter's."""

    def init(self, options):
        super().init(options)
        self.stemmer = snowballstemmer.stemmer("dutch_porter")


def setup(app):
    app.add_search_language(Dutch)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
