import unittest

import greet


class GreetingTest(unittest.TestCase):
    def test_greets_by_name(self) -> None:
        self.assertEqual(greet.greeting("Ada"), "Hello, Ada!")
