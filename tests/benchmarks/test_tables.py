from benchmarks.tables.page import PAGE, TABLES, filled, names


def test_the_tables_on_the_page_are_those_of_the_results() -> None:
    page = PAGE.read_text("utf-8")
    assert filled(page) == page, "make them again: python -m benchmarks.tables"


def test_every_table_is_on_the_page_once() -> None:
    assert sorted(names(PAGE.read_text("utf-8"))) == sorted(TABLES)


def test_a_table_replaces_what_stood_between_its_marks_and_nothing_else() -> None:
    page = "before\n<!-- table: memory -->\nstale\n<!-- end -->\nafter <!-- end -->\n"
    made = filled(page)
    assert (
        made == f"before\n<!-- table: memory -->\n\n{TABLES['memory']()}\n<!-- end -->\nafter <!-- end -->\n"
    )
