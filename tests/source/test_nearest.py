from rtgen.source.nearest import did_you_mean, nearest


def test_the_nearest_name_is_found_whatever_its_case() -> None:
    assert nearest("desciption", ["description", "title"]) == "description"
    assert nearest("MAXLENGTH", ["maxLength", "minLength"]) == "maxLength"
    assert nearest("zzz", ["description"]) is None


def test_without_a_near_name_all_are_told() -> None:
    assert did_you_mean("zzz", ["b", "a"]) == "Known here: `a`, `b`."
    assert did_you_mean("zzz", []) == ""
