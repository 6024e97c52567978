"""The embedded engine: Whoosh's index folder, table of contents and readers over our own arrays.

Read in this order: schema, grams, building, postings, arrays (what is written); folder, writing
(how it comes into force); segments, matching, ranking, engine (how it answers). `codec` and
`stock` let Whoosh's own matchers answer from the same files: slowly, and as a second opinion.
"""
