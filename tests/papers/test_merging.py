from papers.merging import as_first_seen, contradicts, merge
from tests.papers.builders import at, paper, seen


def test_what_is_known_is_never_blanked_by_an_answer_that_lacks_it() -> None:
    known = paper(
        abstract="Text.", authors=("Ada L.",), code_url="https://github.com/a/b", first_seen=at(0), as_of=at(0)
    )
    assert merge(known, seen(paper(abstract=""), 1)) == known


def test_an_observation_that_adds_nothing_returns_the_very_same_paper() -> None:
    known = paper(abstract="Text.", first_seen=at(0), as_of=at(0))
    assert merge(known, seen(paper(abstract="Text."), 5)) is known


def test_a_newer_version_replaces_title_and_abstract_together() -> None:
    known = paper(title="First title of it", abstract="Old.", version=1, first_seen=at(0), as_of=at(0))
    merged = merge(known, seen(paper(title="Second title of it", abstract="New.", version=2), 1))
    assert (merged.title, merged.abstract, merged.version) == ("Second title of it", "New.", 2)


def test_an_older_version_that_arrives_later_changes_no_text() -> None:
    known = paper(abstract="New.", version=2, first_seen=at(0), as_of=at(0))
    assert merge(known, seen(paper(abstract="Old.", version=1), 1)).abstract == "New."


def test_a_source_without_versions_does_not_replace_a_versioned_text_but_adds_what_it_knows() -> None:
    known = paper(abstract="From arXiv.", version=1, first_seen=at(0), as_of=at(0))
    merged = merge(known, seen(paper(abstract="From elsewhere.", gist="In short.", listed=at(1)), 1))
    assert (merged.abstract, merged.gist, merged.listed) == ("From arXiv.", "In short.", at(1))


def test_first_seen_listed_and_published_keep_the_earliest() -> None:
    known = paper(listed=at(5), published=at(4), first_seen=at(6), as_of=at(6))
    merged = merge(known, seen(paper(listed=at(3), published=at(9)), 2))
    assert (merged.first_seen, merged.listed, merged.published) == (at(2), at(3), at(4))


def test_an_older_look_fills_gaps_and_turns_nothing_back() -> None:
    known = paper(abstract="Later.", organization="Lab", first_seen=at(10), as_of=at(10))
    merged = merge(known, seen(paper(abstract="Earlier.", organization="Old lab", keywords=("graphs",)), 1))
    assert (merged.abstract, merged.organization, merged.keywords) == ("Later.", "Lab", ("graphs",))


def test_a_withdrawal_is_kept() -> None:
    assert merge(paper(first_seen=at(0), as_of=at(0)), seen(paper(withdrawn=True), 1)).withdrawn


def test_two_arxiv_ids_under_one_title_are_two_papers() -> None:
    assert contradicts(paper("2603.00001"), paper("2603.00002"))


def test_a_doi_record_and_an_arxiv_record_with_a_shared_author_are_one_paper() -> None:
    arxiv = paper("2603.00001", authors=("Ada Lovelace", "Alan Turing"))
    assert not contradicts(arxiv, paper("doi:10.1000/x", doi="10.1000/x", authors=("A. Turing",)))


def test_records_without_a_common_author_are_two_papers() -> None:
    assert contradicts(paper("2603.00001", authors=("Ada Lovelace",)), paper("doi:10.1/x", authors=("Alan Turing",)))


def test_two_imported_records_with_their_own_ids_are_two_papers() -> None:
    assert contradicts(paper("a"), paper("b"))


def test_snapshots_played_again_out_of_order_turn_no_text_back() -> None:
    first, last = seen(paper(title="The first title of it"), 0), seen(paper(title="The last title of it"), 3)
    between = seen(paper(title="The first title of it"), 1)
    known = as_first_seen(first)
    for observation in (last, between, first, between, last):
        known = merge(known, observation)
    assert (known.title, known.as_of) == ("The last title of it", at(3))


def test_a_higher_version_wins_although_it_was_looked_at_earlier() -> None:
    known = paper(abstract="One.", version=1, first_seen=at(0), as_of=at(9))
    assert merge(known, seen(paper(abstract="Two.", version=2), 5)).abstract == "Two."


def test_orcids_add_up_and_are_never_blanked() -> None:
    known = paper(orcids={"Ann Lee": "0000-0002-1825-0097"}, first_seen=at(0), as_of=at(0))
    told = merge(known, seen(paper(orcids={"Bo Chen": "0000-0002-1694-233X"}), 1))
    assert told.orcids == {"Ann Lee": "0000-0002-1825-0097", "Bo Chen": "0000-0002-1694-233X"}
    assert merge(told, seen(paper(), 2)).orcids == told.orcids
    assert merge(told, seen(paper(orcids={"Ann Lee": "0000-0001-5109-3700"}), 3)).orcids["Ann Lee"].endswith("3700")
    assert merge(told, seen(paper(orcids={"Ann Lee": "0000-0001-5109-3700"}), 0.5)) is told
