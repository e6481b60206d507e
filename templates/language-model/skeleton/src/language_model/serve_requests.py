"""Reads requests of the OpenAI API, and says what is wrong with others as that API does."""

from language_model.serve_engine import Sampling

MAX_PROMPTS = 64
MAX_STOPS = 4
MAX_LOGPROBS = 20
# Any number: what the context has room for is another question.
MAX_TOKENS = 10**9
ROLES = ["system", "user", "assistant"]
# What would change the answer, and is not done here: better refused than passed over.
UNSUPPORTED = ["tools", "functions", "response_format", "logit_bias", "suffix", "audio"]


class ApiError(Exception):
    def __init__(self, status, message, kind="invalid_request_error", param=None, code=None):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"message": message, "type": kind, "param": param, "code": code}}


def invalid(param, message):
    return ApiError(400, f"{param}: {message}", param=param)


def number(body, name, default, low, high, whole=False):
    value = body.get(name)
    if value is None:
        return default
    kinds = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
        raise invalid(name, f"must be {'a whole number' if whole else 'a number'} from {low} to {high}")
    return value


def flag(body, name):
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise invalid(name, "must be true or false")
    return bool(value)


def read_stops(body):
    stops = body.get("stop")
    stops = [stops] if isinstance(stops, str) else stops or []
    if not isinstance(stops, list) or len(stops) > MAX_STOPS or not all(isinstance(each, str) and each for each in stops):
        raise invalid("stop", f"must be a text, or a list of at most {MAX_STOPS} texts")
    return stops


def check(body, name):
    if not isinstance(body, dict):
        raise ApiError(400, "the body must be an object")
    if body.get("model") != name:
        raise ApiError(404, f"there is no model {str(body.get('model'))[:200]!r}; there is {name!r}", param="model", code="model_not_found")
    number(body, "n", 1, 1, 1, whole=True)
    number(body, "best_of", 1, 1, 1, whole=True)
    number(body, "presence_penalty", 0, 0, 0)
    number(body, "frequency_penalty", 0, 0, 0)
    for key in UNSUPPORTED:
        if body.get(key):
            raise invalid(key, "is not supported by this server")


def read_sampling(body, engine, max_tokens, logprobs):
    return Sampling(
        max_tokens=max_tokens,
        temperature=number(body, "temperature", engine.temperature, 0, 2),
        top_p=number(body, "top_p", engine.top_p, 0, 1),
        seed=number(body, "seed", None, -(2**63), 2**63 - 1, whole=True),
        stop=read_stops(body),
        logprobs=logprobs,
    )


def room_for(engine, prompt, wanted, param):
    """How many tokens an answer may have: those that were wanted, or all that the context has room for."""
    room = engine.context - len(prompt)
    if room < (1 if wanted is None else wanted):
        asked = "an answer" if wanted is None else f"{wanted} tokens of an answer"
        raise ApiError(
            400,
            f"this model has room for {engine.context} tokens; {len(prompt)} of the prompt and {asked} are more",
            param=param,
            code="context_length_exceeded",
        )
    return room if wanted is None else wanted


def read_chat(body, engine):
    """The tokens of a conversation, and how it is to go on."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise invalid("messages", "must be a list of at least one message")
    prompt = engine.encode_chat([read_message(each, f"messages[{index}]") for index, each in enumerate(messages)])
    wanted = number(body, "max_tokens", None, 1, MAX_TOKENS, whole=True)
    wanted = number(body, "max_completion_tokens", wanted, 1, MAX_TOKENS, whole=True)
    logprobs = number(body, "top_logprobs", 0, 0, MAX_LOGPROBS, whole=True) if flag(body, "logprobs") else None
    return prompt, read_sampling(body, engine, room_for(engine, prompt, wanted, "messages"), logprobs)


def read_message(message, where):
    if not isinstance(message, dict) or message.get("role") not in ROLES:
        raise invalid(where, f"must have a role: {', '.join(ROLES)}")
    content = message.get("content")
    if isinstance(content, list) and all(isinstance(part, dict) and isinstance(part.get("text"), str) for part in content):
        content = "".join(part["text"] for part in content)
    if not isinstance(content, str):
        raise invalid(f"{where}.content", "must be text")
    return {"role": message["role"], "content": content}


def read_prompts(body, engine):
    """The prompts of a request as tokens: a text, texts, the tokens of one, or those of several."""
    prompt = body.get("prompt")
    prompts = [prompt] if isinstance(prompt, str) or is_tokens(prompt, engine) else prompt
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MAX_PROMPTS:
        raise invalid("prompt", f"must be a text or a list of tokens, or a list of at most {MAX_PROMPTS} of them")
    return [read_prompt(each, engine) for each in prompts]


def read_prompt(prompt, engine):
    tokens = engine.encode(prompt) if isinstance(prompt, str) else prompt
    if not is_tokens(tokens, engine):
        raise invalid("prompt", "must be text, or tokens of this model; it must not be empty")
    return tokens


def is_tokens(value, engine):
    return (
        isinstance(value, list)
        and len(value) > 0
        and all(type(each) is int and 0 <= each < engine.model.config.vocab_size for each in value)
    )
