"""The engine for several machines: a cluster of OpenSearch, asked in its own words.

Analysis, query language, weights, marking and suggestions stay ours; the cluster keeps terms with
their positions, joins them and counts. Read in this order: schema, documents (what is written);
cluster, writing (how it gets there); asking, ranking, counting, near, stories, engine (how it
answers).
"""
