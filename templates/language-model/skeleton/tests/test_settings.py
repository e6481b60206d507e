import pytest

from language_model.settings import read_settings

REVISION = "0123456789abcdef0123456789abcdef01234567"


def read(tmp_path, text):
    path = tmp_path / "training.yaml"
    path.write_text(text, encoding="utf-8")
    return read_settings(path)


def test_what_the_file_leaves_out_has_a_value(tmp_path, monkeypatch):
    monkeypatch.delenv("PARAM_STEPS", raising=False)
    settings = read(tmp_path, f"base: {{kind: hub, model: a/b, revision: {REVISION}}}\ntraining: {{learning_rate: 1}}")
    assert (settings.base.model, settings.training.learning_rate, settings.lora.rank) == ("a/b", 1.0, 16)


def test_the_parameter_of_the_run_counts_more_than_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("PARAM_STEPS", "7")
    assert read(tmp_path, "training: {steps: 400}").training.steps == 7


@pytest.mark.parametrize(
    "text, reason",
    [
        ("[]", "must hold only"),
        ("model: {}", "must hold only"),
        ("training: {epochs: 3}", "'epochs' is not known"),
        ("training: {steps: many}", "must be of type int"),
        ("training: {steps: 0}", "at least 1"),
        ("base: {kind: big}", "one of tiny"),
        ("base: {kind: folder}", "must name the model"),
        ("base: {kind: hub, model: a/b, revision: main}", "another model tomorrow"),
    ],
)
def test_wrong_settings_are_refused(tmp_path, monkeypatch, text, reason):
    monkeypatch.delenv("PARAM_STEPS", raising=False)
    with pytest.raises(ValueError, match=reason):
        read(tmp_path, text)
