"""Writes answers of the OpenAI API, whole or piece by piece."""

import time
import uuid


def usage(prompts, completions):
    return {"prompt_tokens": prompts, "completion_tokens": completions, "total_tokens": prompts + completions}


class Answer:
    """What all parts of one answer have in common."""

    def __init__(self, engine, name, is_chat):
        self.engine = engine
        self.is_chat = is_chat
        self.head = {
            "id": f"{'chatcmpl' if is_chat else 'cmpl'}-{uuid.uuid4().hex}",
            "created": int(time.time()),
            "model": name,
        }

    def whole(self, choices, counts):
        kind = "chat.completion" if self.is_chat else "text_completion"
        return {**self.head, "object": kind, "choices": choices, "usage": usage(*counts)}

    def part(self, choices, counts=None):
        kind = "chat.completion.chunk" if self.is_chat else "text_completion"
        return {**self.head, "object": kind, "choices": choices, **({"usage": usage(*counts)} if counts else {})}

    def choice(self, index, text, tokens, finish):
        """A whole answer; tokens only where their probabilities are wanted."""
        if self.is_chat:
            content = {"message": {"role": "assistant", "content": text}}
        else:
            content = {"text": text}
        return {"index": index, **content, "logprobs": self.logprobs(tokens), "finish_reason": finish}

    def piece(self, text, tokens, finish, first=False):
        if self.is_chat:
            delta = {**({"role": "assistant"} if first else {}), **({"content": text} if first or text else {})}
            return {"index": 0, "delta": delta, "logprobs": self.logprobs(tokens), "finish_reason": finish}
        return {"index": 0, "text": text, "logprobs": self.logprobs(tokens), "finish_reason": finish}

    def logprobs(self, tokens):
        if tokens is None:
            return None
        return self.chat_logprobs(tokens) if self.is_chat else self.text_logprobs(tokens)

    def chat_logprobs(self, tokens):
        def named(token, logprob):
            name = self.engine.name_of(token)
            return {"token": name, "logprob": logprob, "bytes": list(name.encode("utf-8"))}

        return {
            "content": [
                {**named(each.id, each.logprob), "top_logprobs": [named(*pair) for pair in each.top.items()]}
                for each in tokens
            ]
        }

    def text_logprobs(self, tokens):
        names = [self.engine.name_of(each.id) for each in tokens]
        offsets, length = [], 0
        for name in names:
            offsets.append(length)
            length += len(name)
        return {
            "tokens": names,
            "token_logprobs": [each.logprob for each in tokens],
            "top_logprobs": [each.top and self.named_top(each) for each in tokens],
            "text_offset": offsets,
        }

    def named_top(self, token):
        # Two tokens may be written alike: the likelier one stays.
        named = {}
        for each, logprob in token.top.items():
            named.setdefault(self.engine.name_of(each), logprob)
        return named
