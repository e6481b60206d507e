import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "src"))

from language_model.serve_text import StopFinder, TextStream


class TextStreamTest(unittest.TestCase):
    def test_shows_a_character_once_all_of_its_bytes_are_there(self):
        stream = TextStream(lambda tokens: bytes(tokens).decode("utf-8", errors="replace"))
        shown = [stream.push(byte) for byte in "aÜ🚲b".encode("utf-8")]
        self.assertEqual(shown, ["a", "", "Ü", "", "", "", "🚲", "b"])
        self.assertEqual(stream.rest(), "")

    def test_gives_the_rest_also_where_it_is_no_character(self):
        stream = TextStream(lambda tokens: bytes(tokens).decode("utf-8", errors="replace"))
        stream.push(0xF0)
        self.assertEqual(stream.rest(), "\ufffd")


class StopFinderTest(unittest.TestCase):
    def test_finds_a_stop_however_the_text_is_cut(self):
        text = "one STOP two"
        for first in range(len(text)):
            for second in range(first, len(text)):
                finder = StopFinder(["STOP", "never"])
                shown = ""
                for piece in [text[:first], text[first:second], text[second:]]:
                    more, ended = finder.push(piece)
                    shown += more
                    if ended:
                        break
                self.assertEqual((shown, ended), ("one ", True))

    def test_holds_back_only_what_may_be_the_beginning_of_a_stop(self):
        finder = StopFinder(["###", "\n\n"])
        self.assertEqual(finder.push("a#"), ("a", False))
        self.assertEqual(finder.push("#b\n"), ("##b", False))
        self.assertEqual(finder.push("c"), ("\nc", False))
        self.assertEqual(finder.push("##"), ("", False))
        self.assertEqual(finder.rest(), "##")

    def test_ends_before_the_first_of_several(self):
        self.assertEqual(StopFinder(["two", "one"]).push("x one two"), ("x ", True))


if __name__ == "__main__":
    unittest.main()
