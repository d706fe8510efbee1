"""Generated reviews with a verdict, for featuregen and modeltrain."""

import inputs

REVIEWS, WORDS = 2000, 40


def reviews(request):
    """Texts and verdicts: a review is positive when most of its words end in one of the first syllables."""
    numbers = inputs.Numbers(request["seed"], request["request"])
    texts, verdicts = [], []
    for _ in range(REVIEWS):
        words = inputs.words(numbers, WORDS)
        balance = sum(1 if word[4] in "bcdfghjk" else -1 for word in words)
        texts.append(" ".join(words).capitalize() + ".")
        verdicts.append(int(balance > 0))
    return texts, verdicts
