"""Writes names letter by letter with a recurrent network (FunctionBench: rnn_generate_character_level)."""

import inputs
import torch

LETTERS = "abcdefghijklmnopqrstuvwxyz."
HIDDEN, NAMES, LENGTH = 256, 12, 16


class Writer(torch.nn.Module):
    """One GRU cell between an embedding and a layer that chooses the next letter."""

    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(len(LETTERS), HIDDEN)
        self.cell = torch.nn.GRUCell(HIDDEN, HIDDEN)
        self.output = torch.nn.Linear(HIDDEN, len(LETTERS))

    def forward(self, letter, state):
        """The next letter's scores and the state after `letter`."""
        state = self.cell(self.embedding(letter), state)
        return self.output(state), state


# Every instance loads the same model. Its weights are drawn, not trained: what they say plays no part here.
torch.manual_seed(2019)
MODEL = Writer().eval()


def handle(request):
    """Continues words of the input greedily; gives them, the sum of the best scores, and of the first few."""
    beginnings = inputs.words(inputs.Numbers(request["seed"], request["request"]), NAMES)
    names, total, first = [], 0.0, 0.0
    with torch.no_grad():
        for beginning in beginnings:
            state, name = torch.zeros(1, HIDDEN), beginning
            for position in range(LENGTH):
                letter = torch.tensor([LETTERS.index(name[position])])
                scores, state = MODEL(letter, state)
                best = int(scores.argmax())
                total += float(scores[0, best])
                if len(names) < 2 and position < 4:
                    first += float(scores[0, best])
                if position + 1 == len(name):
                    name += LETTERS[best]
            names.append(name)
    return {"names": names, "total": total, "first": first}
