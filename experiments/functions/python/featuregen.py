"""Makes TF-IDF features of reviews (FunctionBench: feature_generation)."""

import pandas
import reviews
from sklearn.feature_extraction.text import TfidfVectorizer


def handle(request):
    """The size of the vocabulary, the entries that are not zero and the sum of the inverse frequencies."""
    texts, verdicts = reviews.reviews(request)
    table = pandas.DataFrame({"text": texts, "verdict": verdicts})
    table["clean"] = table["text"].str.replace(r"[^a-zA-Z ]", "", regex=True).str.lower()
    vectorizer = TfidfVectorizer(min_df=2)
    features = vectorizer.fit_transform(table["clean"])
    by_verdict = table.groupby("verdict")["clean"].count()
    return {
        "vocabulary": len(vectorizer.vocabulary_),
        "entries": int(features.nnz),
        "inverse": float(vectorizer.idf_.sum()),
        "positive": int(by_verdict.get(1, 0)),
    }
