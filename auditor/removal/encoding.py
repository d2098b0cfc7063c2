"""Source bytes to text and back, byte for byte. In: bytes. Out: text and how it was encoded. Never guesses an encoding.

The encoding is the one Python would use: a byte order mark, a coding cookie in the first two lines, else UTF-8.
"""

import codecs
import io
import tokenize

import msgspec

from auditor.errors import EditError


class Decoded(msgspec.Struct, frozen=True):
    """A file's text. `encoding` has no byte order mark of its own; `mark` is the mark that stood in front."""

    text: str
    encoding: str
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """Return `text` as the bytes this file would hold."""
        return self.mark + text.encode(self.encoding)


def decode(source: bytes, name: str) -> Decoded:
    """Return the text of Python source; raise EditError naming `name` where it is not what its encoding says."""
    mark = codecs.BOM_UTF8 if source.startswith(codecs.BOM_UTF8) else b""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        encoding = "utf-8" if encoding == "utf-8-sig" else encoding
        body = source[len(mark) :]
        decoded = Decoded(body.decode(encoding), encoding, mark)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise EditError(
            f"{name}: cannot be decoded: {error}; mend its coding cookie or remove the code by hand"
        ) from error
    if decoded.encode(decoded.text) != source:
        raise EditError(
            f"{name}: encoding {encoding} does not give the same bytes back; convert the file to UTF-8 first"
        )
    return decoded
