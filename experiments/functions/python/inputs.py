"""Seeded inputs: the same seed and request give the same text in Python, JavaScript and Java."""

SYLLABLES = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va"]
MASK = 0xFFFFFFFF


class Numbers:
    """Uniform 32-bit numbers: the generator mulberry32."""

    def __init__(self, seed, request):
        self.state = (seed * 7919 + request * 104729 + 12345) & MASK

    def next(self):
        """The next number in 0 ..< 2^32."""
        self.state = (self.state + 0x6D2B79F5) & MASK
        mixed = self.state
        mixed = ((mixed ^ mixed >> 15) * (mixed | 1)) & MASK
        mixed ^= (mixed + (mixed ^ mixed >> 7) * (mixed | 61)) & MASK
        return mixed ^ mixed >> 14


def word(index):
    """Word `index` of a vocabulary of 4,096."""
    return SYLLABLES[index >> 8] + SYLLABLES[index >> 4 & 15] + SYLLABLES[index & 15]


def words(numbers, count):
    """`count` words; a word is the rarer the higher its index."""
    chosen = []
    for _ in range(count):
        number = numbers.next()
        chosen.append(word((number >> 16) * (number & 0xFFFF) >> 20))
    return chosen
