"""In this file other engines answer the questions of the search, each as well as we know how.

All get the same terms: every character's pair with the next, the last of a run alone (`pairs`), and
every character alone (`singles`), so that any text can be asked for as a phrase. All hold who may
read a record, count what is found, order it by BM25, and count by serial and year; passages are cut
afterwards out of the ten texts. None offers the other facets, near-duplicates, corrections, words
that rank, or an account of what was read otherwise; the search does all that besides.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search import Filters, Record
from search.analysis import fold, query_tokens, runs
from search.dates import as_number
from search.numbers import number_terms
from search.query import And, Everything, Name, Node, Not, Number, Or, Range, Text
from search.snippets import Marker

BETWEEN = "zz0zz"
"""A term between two parts of a record, over which no phrase reaches."""
PER_PAGE = 10
COUNTED = ("serial", "year")
FIRST, LAST = ANY_DAY = (0, 99999999)


@dataclass(frozen=True)
class Answer:
    """What an engine says to a question."""

    total: int
    texts: list[str]
    """Of the hits of the page."""
    facets: dict[str, dict[str, int]]


def pairs_of(text: str) -> Iterator[str]:
    """One term for each position: the pair that begins there."""
    for run in runs(text):
        if run.is_han:
            yield from (run.text[at : at + 2] for at in range(len(run.text)))
        else:
            yield run.text


def singles_of(text: str) -> Iterator[str]:
    """One term for each position: the character there."""
    for run in runs(text):
        yield from run.text if run.is_han else (run.text,)


def phrase(text: str) -> tuple[str, list[str]]:
    """The field and the terms that must follow each other for a folded text to be found."""
    tokens = query_tokens(text)
    if (
        len(text) > 1
        and all(len(token.text) == 2 for token in tokens)
        and "".join(token.text[0] for token in tokens) + tokens[-1].text[1:] == text
    ):
        return "pairs", [token.text for token in tokens]
    return "singles", list(singles_of(text))


def row_of(record: Record) -> dict[str, Any]:
    """A record as the other engines keep it."""
    parts = [fold(part) for part in record.parts if part]
    exact = [f"x{term.encode().hex()}" for term in number_terms(record, fold(record.number_text))]
    exact += [f"x{fold(name).encode().hex()}" for name in record.names]
    return {
        "pairs": f" {BETWEEN} ".join(" ".join(pairs_of(part)) for part in parts),
        "singles": f" {BETWEEN} ".join(" ".join(singles_of(part)) for part in parts),
        "title": " ".join(pairs_of(fold(record.title))),
        "exact": " ".join(exact),
        "readers": sorted(f"r{reader.encode().hex()}" for reader in record.readers),
        "text": record.text,
        "serial": record.serial,
        "unit": record.unit,
        "category": record.category,
        "year": record.year,
        "date": as_number(record.date),
        "number": record.number,
        "total": record.total,
    }


class Rival(ABC):
    """An engine in a folder of its own."""

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, set[str]] = {"serial": set(), "unit": set()}

    def build(self, records: Iterable[Record]) -> None:
        """Index them all."""
        self.write(row_of(self._noted(record)) for record in records)

    def learn(self, records: Iterable[Record]) -> None:
        """Know the names in an index built before."""
        for record in records:
            self._noted(record)

    def _noted(self, record: Record) -> Record:
        for name, known in self.names.items():
            known.add(getattr(record, name))
        return record

    def meant(self, node: Name) -> list[str]:
        """The values of a facet that contain what was typed."""
        return [value for value in self.names[node.field] if node.value in fold(value)]

    def is_name(self, text: str) -> bool:
        """Whether a text is the whole name of a serial or unit."""
        return any(text == fold(value) for known in self.names.values() for value in known)

    @abstractmethod
    def write(self, rows: Iterable[dict[str, Any]]) -> None:
        """Add rows and make them findable."""

    @abstractmethod
    def ask(self, root: Node, filters: Filters, readers: list[str], page: int) -> Answer:
        """Answer one question for who holds these readers' terms."""

    def search(
        self, root: Node, words: tuple[str, ...], filters: Filters, readers: frozenset[str],
        page: int,
    ) -> int:  # fmt: skip
        """Answer and cut passages; gives how many were found."""
        terms = sorted(f"r{reader.encode().hex()}" for reader in readers)
        answer = self.ask(root, filters, terms, page)
        marker = Marker(words)
        for text in answer.texts:
            marker.passages(text)
        return answer.total


def exact_term(text: str) -> str:
    """A whole number or name as one term."""
    return f"x{text.encode().hex()}"


class Fts5(Rival):
    """SQLite's full-text index beside a table of the facets."""

    name = "SQLite FTS5"
    COLUMNS = ("serial", "unit", "category", "year", "date", "number", "total", "text")

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.line = sqlite3.connect(folder / "fts.db")
        self.line.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=4000000000;"
            "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5("
            "pairs, singles, title, exact, readers,"
            " content='', tokenize='unicode61 remove_diacritics 0');"
            "CREATE TABLE IF NOT EXISTS record"
            f" (id INTEGER PRIMARY KEY, {', '.join(self.COLUMNS)});"
        )

    def write(self, rows: Iterable[dict[str, Any]]) -> None:
        """One transaction for all."""
        with self.line:
            for row in rows:
                values = [row[name] for name in self.COLUMNS]
                marks = ", ".join("?" * len(values))
                number = self.line.execute(
                    f"INSERT INTO record ({', '.join(self.COLUMNS)}) VALUES ({marks})",  # noqa: S608
                    values,
                ).lastrowid
                self.line.execute(
                    "INSERT INTO words (rowid, pairs, singles, title, exact, readers)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (number, row["pairs"], row["singles"], row["title"], row["exact"],
                     " ".join(row["readers"])),
                )  # fmt: skip

    def ask(self, root: Node, filters: Filters, readers: list[str], page: int) -> Answer:
        """One statement: what is found, its total, its counts and the page."""
        wheres, values = _conditions(self, root, filters)
        allowed = "readers: (" + " OR ".join(readers) + ")"
        matched = _fts(self, root)
        match = f"({matched}) AND {allowed}" if matched else allowed
        where = "".join(f" AND {one}" for one in wheres)
        statement = (  # our own words; what was asked for goes in as values
            "WITH found AS MATERIALIZED (SELECT record.id, serial, year, bm25(words) AS score"  # noqa: S608
            f" FROM words JOIN record ON record.id = words.rowid WHERE words MATCH ?{where})"
            " SELECT 'total', '', count(*) FROM found"
            " UNION ALL SELECT * FROM (SELECT 'serial', serial, count(*) FROM found GROUP BY 2)"
            " UNION ALL SELECT * FROM (SELECT 'year', year, count(*) FROM found GROUP BY 2)"
            " UNION ALL SELECT * FROM (SELECT 'hit', id, 0 FROM found ORDER BY score"
            f" LIMIT {PER_PAGE} OFFSET {(page - 1) * PER_PAGE})"
        )
        total, ids, facets = 0, [], {name: {} for name in COUNTED}  # type: ignore[var-annotated]
        for kind, value, count in self.line.execute(statement, [match, *values]):
            if kind == "total":
                total = count
            elif kind == "hit":
                ids.append(value)
            else:
                facets[kind][str(value)] = count
        texts = [
            self.line.execute("SELECT text FROM record WHERE id = ?", (one,)).fetchone()[0]
            for one in ids
        ]
        return Answer(total, texts, facets)


def _fts(rival: Rival, node: Node) -> str:
    """The part of a question that the full-text index answers, in its language."""
    if isinstance(node, And):
        wanted = [_fts(rival, one) for one in node.nodes if not isinstance(one, Not)]
        text = " AND ".join(f"({one})" for one in wanted if one)
        for one in node.nodes:
            if isinstance(one, Not):
                text = f"({text}) NOT ({_fts(rival, one.node)})"
        return text
    if isinstance(node, Or):
        return " OR ".join(f"({_fts(rival, one)})" for one in node.nodes)
    if isinstance(node, Number):
        terms = " AND ".join(f"exact: {exact_term(term)}" for term in node.terms)
        return f"({terms}) OR ({_fts(rival, Text(node.text))})"
    if isinstance(node, Text):
        field, terms = phrase(node.text)
        said = " ".join(terms)
        text = f'{"title" if node.in_title else field}: "{said}"'
        named = not node.in_title and rival.is_name(node.text)
        return f"{text} OR exact: {exact_term(node.text)}" if named else text
    return ""


def _conditions(rival: Rival, root: Node, filters: Filters) -> tuple[list[str], list[Any]]:
    """What the table of facets answers."""
    wheres, values = [], []
    for node in root.nodes if isinstance(root, And) else (root,):
        if isinstance(node, Range):
            wheres.append(f"{node.field} BETWEEN ? AND ?")
            values += [node.low, node.high]
        elif isinstance(node, Name):
            meant = rival.meant(node)
            wheres.append(f"{node.field} IN ({', '.join('?' * len(meant))})")
            values += meant
    for name, chosen in filters.chosen().items():
        wheres.append(f"{name} IN ({', '.join('?' * len(chosen))})")
        values += [int(one) for one in chosen] if name == "year" else list(chosen)
    since, until = _days(filters)
    if (since, until) != ANY_DAY:
        wheres.append("date BETWEEN ? AND ?")
        values += [since, until]
    return wheres, values


def _days(filters: Filters) -> tuple[int, int]:
    since = as_number(filters.since) if filters.since else FIRST
    return since, as_number(filters.until) if filters.until else LAST


class Tantivy(Rival):
    """The Rust engine, by its Python package."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        import tantivy  # noqa: PLC0415 - beside the project, for this bench alone

        self.tantivy, self.query = tantivy, tantivy.Query
        builder = tantivy.SchemaBuilder()
        for name in ("pairs", "singles", "title"):
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
        for name in ("exact", "readers"):
            builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
        for name in ("serial", "unit", "category", "year_word"):
            builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
        for name in ("year", "date", "number", "total"):
            builder.add_integer_field(name, indexed=True, fast=True)
        builder.add_text_field("text", stored=True, tokenizer_name="raw", index_option="basic")
        self.schema = builder.build()
        folder.mkdir(parents=True, exist_ok=True)
        self.index = tantivy.Index(self.schema, path=str(folder))
        self.searcher = self.index.searcher()

    def write(self, rows: Iterable[dict[str, Any]]) -> None:
        """One commit for all, by as many threads as it likes."""
        writer = self.index.writer(heap_size=512_000_000)
        for row in rows:
            document = self.tantivy.Document()
            for name in ("pairs", "singles", "title", "exact", "serial", "unit", "category"):
                document.add_text(name, row[name])
            # A text of the field "text" is stored; as a term its beginning is enough.
            document.add_text("text", row["text"])
            document.add_text("readers", " ".join(row["readers"]))
            document.add_text("year_word", str(row["year"]))
            for name in ("year", "date", "number", "total"):
                document.add_integer(name, row[name])
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def ask(self, root: Node, filters: Filters, readers: list[str], page: int) -> Answer:
        """A search for the page and the total, and an aggregation for the counts."""
        must = [(self.tantivy.Occur.Must, one) for one in self._wanted(root, filters, readers)]
        query = self.query.boolean_query(must)
        found = self.searcher.search(
            query, limit=PER_PAGE, count=True, offset=(page - 1) * PER_PAGE
        )
        counted = self.searcher.aggregate(
            query,
            {
                "serial": {"terms": {"field": "serial", "size": 100}},
                "year": {"terms": {"field": "year_word", "size": 100}},
            },
        )
        facets = {
            name: {one["key"]: one["doc_count"] for one in counted[name]["buckets"]}
            for name in COUNTED
        }
        texts = [self.searcher.doc(place)["text"][0] for _score, place in found.hits]
        return Answer(found.count, texts, facets)

    def _wanted(self, root: Node, filters: Filters, readers: list[str]) -> list[Any]:
        def unscored(query: Any) -> Any:
            return self.query.const_score_query(query, 0.0)

        wanted = [self._read(root), unscored(self._any("readers", readers))]
        wanted += [
            unscored(self._any("year_word" if name == "year" else name, list(values)))
            for name, values in filters.chosen().items()
        ]
        days = _days(filters)
        if days != ANY_DAY:
            wanted.append(unscored(self._between("date", *days)))
        return wanted

    def _any(self, field: str, values: list[str]) -> Any:
        return self.query.term_set_query(self.schema, field, values)

    def _between(self, field: str, low: int, high: int) -> Any:
        kind = self.tantivy.FieldType.Integer
        return self.query.range_query(self.schema, field, kind, low, high)

    def _read(self, node: Node) -> Any:  # noqa: PLR0911 - a line for each kind of node
        occur = self.tantivy.Occur
        if isinstance(node, And):
            parts = [
                (occur.MustNot, self._read(one.node))
                if isinstance(one, Not)
                else (occur.Must, self._read(one))
                for one in node.nodes
            ]
            return self.query.boolean_query(parts)
        if isinstance(node, Or):
            return self.query.boolean_query([(occur.Should, self._read(one)) for one in node.nodes])
        if isinstance(node, Number):
            terms = [(occur.Must, self._term("exact", exact_term(one))) for one in node.terms]
            numbered = self.query.boolean_query(terms)
            return self._either(numbered, self._read(Text(node.text)))
        if isinstance(node, Text):
            field, terms = phrase(node.text)
            field = "title" if node.in_title else field
            found = (
                self.query.phrase_query(self.schema, field, terms)
                if len(terms) > 1
                else self._term(field, terms[0])
            )
            if not node.in_title and self.is_name(node.text):
                return self._either(found, self._term("exact", exact_term(node.text)))
            return found
        if isinstance(node, Range):
            return self._between(node.field, node.low, node.high)
        if isinstance(node, Name):
            return self._any(node.field, self.meant(node))
        assert node == Everything(), node
        return self.query.all_query()

    def _term(self, field: str, term: str) -> Any:
        return self.query.term_query(self.schema, field, term)

    def _either(self, one: Any, other: Any) -> Any:
        should = self.tantivy.Occur.Should
        return self.query.boolean_query([(should, one), (should, other)])


class Stock(Rival):
    """Whoosh as it comes: its own codec, matchers, collectors and facets."""

    name = "stock Whoosh"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        from whoosh import analysis, fields, index  # noqa: PLC0415

        spaces = analysis.SpaceSeparatedTokenizer()
        text = fields.TEXT(analyzer=spaces, phrase=True)
        words = fields.KEYWORD(scorable=False)
        schema = fields.Schema(
            pairs=text, singles=text, title=text, exact=words, readers=words,
            serial=fields.ID(sortable=True), unit=fields.ID(), category=fields.ID(),
            year=fields.NUMERIC(sortable=True), date=fields.NUMERIC(), number=fields.NUMERIC(),
            total=fields.NUMERIC(), text=fields.STORED(),
        )  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        stands = index.exists_in(folder)
        self.index = index.open_dir(folder) if stands else index.create_in(folder, schema)
        self.searcher = self.index.searcher()

    def write(self, rows: Iterable[dict[str, Any]]) -> None:
        """One commit for all."""
        writer = self.index.writer(limitmb=512)
        for row in rows:
            writer.add_document(**{**row, "readers": " ".join(row["readers"])})
        writer.commit()
        self.searcher = self.index.searcher()

    def ask(self, root: Node, filters: Filters, readers: list[str], page: int) -> Answer:
        """One search with its filter and its facets."""
        from whoosh import query  # noqa: PLC0415

        allowed: list[Any] = [query.Or([query.Term("readers", one) for one in readers])]
        for name, values in filters.chosen().items():
            if name == "year":
                terms = [query.NumericRange("year", int(one), int(one)) for one in values]
            else:
                terms = [query.Term(name, one) for one in values]
            allowed.append(query.Or(terms))
        days = _days(filters)
        if days != ANY_DAY:
            allowed.append(query.NumericRange("date", *days))
        found = self.searcher.search_page(
            self._read(root), page, PER_PAGE, filter=query.And(allowed), groupedby=list(COUNTED)
        )
        facets = {
            name: {str(key): len(docs) for key, docs in found.results.groups(name).items()}
            for name in COUNTED
        }
        return Answer(len(found), [hit["text"] for hit in found], facets)

    def _read(self, node: Node) -> Any:  # noqa: PLR0911 - a line for each kind of node
        from whoosh import query  # noqa: PLC0415

        match node:
            case And():
                wanted = [self._read(one) for one in node.nodes if not isinstance(one, Not)]
                denied = [self._read(one.node) for one in node.nodes if isinstance(one, Not)]
                both = query.And(wanted)
                return query.AndNot(both, query.Or(denied)) if denied else both
            case Or():
                return query.Or([self._read(one) for one in node.nodes])
            case Number():
                terms = [query.Term("exact", exact_term(one)) for one in node.terms]
                return query.Or([query.And(terms), self._read(Text(node.text))])
            case Text():
                field, terms = phrase(node.text)
                field = "title" if node.in_title else field
                found = query.Phrase(field, terms) if len(terms) > 1 else query.Term(field, *terms)
                if not node.in_title and self.is_name(node.text):
                    return query.Or([found, query.Term("exact", exact_term(node.text))])
                return found
            case Range():
                return query.NumericRange(node.field, node.low, node.high)
            case Name():
                return query.Or([query.Term(node.field, one) for one in self.meant(node)])
        return query.Every()


RIVALS: dict[str, type[Rival]] = {"tantivy": Tantivy, "fts5": Fts5, "whoosh": Stock}
