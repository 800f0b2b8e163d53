// Words of the search page; a catalogue of Sphinx's own stands aside for this one.
Documentation.addTranslations({
  locale: "nl",
  plural_expr: "(n != 1)",
  messages: {
    ", in ": ", in ",
    "Hide Search Matches": "Gevonden woorden niet meer aanwijzen",
    "Preparing search...": "Het zoeken wordt voorbereid …",
    "Search Results": "Gevonden",
    "Searching": "Aan het zoeken",
    "Search finished, found ${resultCount} page(s) matching the search query.":
      "Klaar: ${resultCount} pagina’s gevonden.",
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
      "Niets gevonden. Probeer een ander woord, of een deel ervan."
  }
});
