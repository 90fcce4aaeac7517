"""Runs the tests beside this file; prints one JSON line for each: name, whether it passed, why not."""

import json
import pathlib
import unittest


class Report(unittest.TestResult):
    def addSuccess(self, test):
        self.tell(test, True, "")

    def addFailure(self, test, error):
        self.tell(test, False, self._exc_info_to_string(error, test))

    addError = addFailure

    def tell(self, test, passed, text):
        name = getattr(test, "_testMethodName", str(test))
        print(json.dumps({"name": name, "passed": passed, "text": text}), flush=True)


directory = str(pathlib.Path(__file__).parent)
unittest.defaultTestLoader.discover(directory).run(Report())
