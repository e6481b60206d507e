"""Generates answers with transformers, one at a time."""

import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from transformers import DynamicCache

from language_model.serve_text import StopFinder, TextStream


class Busy(Exception):
    """As many requests wait as may."""


class Gone(Exception):
    """Nobody waits for the answer any more."""


@dataclass
class Sampling:
    max_tokens: int
    temperature: float = 1.0
    top_p: float = 1.0
    seed: int | None = None
    stop: list = field(default_factory=list)
    # Of how many tokens the probability is wanted beside the chosen one; None: of none at all.
    logprobs: int | None = None


@dataclass
class Token:
    """A token with its logarithmic probability, and those of the likeliest ones in its place."""

    id: int
    logprob: float | None = None
    top: dict | None = None


@dataclass
class Piece:
    """What an answer has grown by: at its end with the reason, and without text that is not certain yet."""

    text: str
    token: Token | None = None
    finish: str | None = None


class Turns:
    """Lets one request after the other in, in the order in which they came, and so many wait."""

    def __init__(self, waiting):
        self.waiting = waiting
        self.changed = threading.Condition()
        self.line = deque()

    @contextmanager
    def take(self, is_gone):
        ticket = object()
        with self.changed:
            if len(self.line) > self.waiting:
                raise Busy
            self.line.append(ticket)
        try:
            with self.changed:
                # Once in a while it is seen whether somebody still waits.
                while not self.changed.wait_for(lambda: self.line[0] is ticket, timeout=0.5):
                    if is_gone():
                        raise Gone
            yield
        finally:
            with self.changed:
                self.line.remove(ticket)
                self.changed.notify_all()


class Engine:
    def __init__(self, model, tokenizer, waiting=64):
        self.model = model
        self.tokenizer = tokenizer
        self.turns = Turns(waiting)
        self.context = model.config.max_position_embeddings
        ends = model.generation_config.eos_token_id
        self.ends = set(ends if isinstance(ends, list) else [ends])
        # What its makers found best; OpenAI's where they say nothing.
        self.temperature = model.generation_config.temperature or 1.0
        self.top_p = model.generation_config.top_p or 1.0

    def encode(self, text):
        # Whether it is too long is seen later, and said to the client.
        return self.tokenizer.encode(text, verbose=False)

    def encode_chat(self, messages):
        text = self.tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        return self.tokenizer.encode(text, add_special_tokens=False, verbose=False)

    def decode(self, tokens):
        return self.tokenizer.decode(tokens, skip_special_tokens=True)

    def name_of(self, token):
        """A token as it is written, also a special one."""
        return self.tokenizer.decode([token])

    def warm_up(self):
        prompt = [self.tokenizer.pad_token_id or 0]
        for _ in self.answer(prompt, Sampling(max_tokens=2, temperature=0), lambda: False):
            pass

    def answer(self, prompt, sampling, is_gone):
        """The pieces of an answer, as they come; the last one says why it ends."""
        stream, stops = TextStream(self.decode), StopFinder(sampling.stop)
        count = 0
        for token in self.tokens(prompt, sampling):
            if is_gone():
                raise Gone
            count += 1
            if token.id in self.ends:
                yield Piece(stops.push(stream.rest())[0] + stops.rest(), None, "stop")
                return
            text, ended = stops.push(stream.push(token.id))
            if ended:
                yield Piece(text, token, "stop")
                return
            yield Piece(text, token)
        text, ended = stops.push(stream.rest())
        yield Piece(text if ended else text + stops.rest(), None, "stop" if ended else "length")

    @torch.inference_mode()
    def tokens(self, prompt, sampling):
        random = torch.Generator(self.model.device)
        if sampling.seed is None:
            random.seed()
        else:
            random.manual_seed(sampling.seed)
        new, cache = prompt, DynamicCache(config=self.model.config)
        for _ in range(sampling.max_tokens):
            ids = torch.tensor([new], device=self.model.device)
            out = self.model(input_ids=ids, cache=cache, use_cache=True, logits_to_keep=1)
            logits = out.logits[0, -1].float()
            chosen = choose(logits, sampling, random)
            yield measured(chosen, logits, sampling.logprobs)
            new = [chosen]

    @torch.inference_mode()
    def score(self, prompt, logprobs):
        """The tokens of a text with how likely each one was after those before it; nobody can say it of the first."""
        if not prompt:
            return []
        out = self.model(input_ids=torch.tensor([prompt], device=self.model.device), use_cache=False)
        rows = out.logits[0].float()
        return [Token(prompt[0])] + [
            measured(token, row, logprobs) for token, row in zip(prompt[1:], rows[:-1])
        ]


def choose(logits, sampling, random):
    if sampling.temperature == 0:
        return int(logits.argmax())
    probabilities = torch.softmax(logits / sampling.temperature, dim=-1)
    if sampling.top_p < 1:
        ranked, order = probabilities.sort(descending=True)
        # The likeliest ones that together reach top_p, at least one.
        beyond = ranked.cumsum(dim=-1) - ranked >= sampling.top_p
        beyond[0] = False
        probabilities = torch.zeros_like(probabilities).scatter(0, order, ranked.masked_fill(beyond, 0))
    return int(torch.multinomial(probabilities, 1, generator=random))


def measured(token, logits, logprobs):
    if logprobs is None:
        return Token(token)
    likely = torch.log_softmax(logits, dim=-1)
    top = likely.topk(min(logprobs, len(likely)))
    return Token(token, float(likely[token]), dict(zip(top.indices.tolist(), top.values.tolist())))
