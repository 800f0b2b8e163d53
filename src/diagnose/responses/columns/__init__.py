"""Which column holds what: recognised, or said in a mapping that a person confirmed."""
