"""Trains a logistic regression on TF-IDF features of reviews (FunctionBench: model_training)."""

import pandas
import reviews
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss


def handle(request):
    """How many reviews the model puts right, the loss that training minimises, and the vocabulary's size."""
    texts, verdicts = reviews.reviews(request)
    table = pandas.DataFrame({"text": texts, "verdict": verdicts})
    vectorizer = TfidfVectorizer()
    features = vectorizer.fit_transform(table["text"].str.lower())
    model = LogisticRegression(tol=1e-6, max_iter=1000).fit(features, table["verdict"])
    right = int((model.predict(features) == table["verdict"]).sum())
    loss = log_loss(table["verdict"], model.predict_proba(features), normalize=False)
    objective = float(loss + (model.coef_**2).sum() / 2)
    return {"right": right, "objective": objective, "vocabulary": features.shape[1]}
