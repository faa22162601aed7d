"""Settings of the tests: keys of their own, and a data folder that is thrown away."""

import os
import tempfile
from pathlib import Path

from qianshao.access.encryption import create_key_file

_FOLDER = Path(tempfile.mkdtemp(prefix="qianshao-tests-"))
os.environ["QIANSHAO_DATA"] = str(_FOLDER / "data")
os.environ["QIANSHAO_KEY_FILE"] = str(_FOLDER / "data.key")
(_FOLDER / "data").mkdir()
(_FOLDER / "data/secret").write_text("of the tests only")
create_key_file(_FOLDER / "data.key")

from qianshao.web.settings import *  # noqa: E402, F403  (they read the environment)
from qianshao.web.settings import DATABASES  # noqa: E402

if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # A file, not memory: threads of the live server and of jobs then meet the locks of real life.
    DATABASES["default"]["TEST"] = {"NAME": str(_FOLDER / "test.sqlite3")}
