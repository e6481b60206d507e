"""Builds the model that the training starts from, and loads a trained one."""

import json
import os
import pathlib
import warnings

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from language_model.data import text_of_messages

START, END, PAD = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
VOCABULARY = 1024
# ChatML.
CHAT_TEMPLATE = pathlib.Path(__file__).with_name("chat_template.jinja").read_text(encoding="utf-8").rstrip("\n")


def quiet():
    """The log is for what somebody has to know."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    # PEFT asks in a way that transformers will take no longer.
    warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)


def train_tokenizer(chats, context):
    """Byte-level BPE: every text can be written with it, also one in letters that it has never seen."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[PAD, START, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((text_of_messages(chat["messages"]) for chat in chats), trainer)
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        extra_special_tokens=[START],
        model_max_length=context,
        clean_up_tokenization_spaces=False,
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def build_tiny(chats, context):
    """A Llama of about half a million parameters."""
    tokenizer = train_tokenizer(chats, context)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=344,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=context,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return transformers.LlamaForCausalLM(config), tokenizer


def fit_for_chats(tokenizer):
    if tokenizer.chat_template is None:
        tokenizer.chat_template = CHAT_TEMPLATE
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_base(base, chats, context):
    """The model that the training starts from, and its tokenizer."""
    if base.kind == "tiny":
        return build_tiny(chats, context)
    options = {"revision": base.revision} if base.kind == "hub" else {"local_files_only": True}
    # Only safetensors: other formats can run code of whoever wrote them.
    model = transformers.AutoModelForCausalLM.from_pretrained(base.model, use_safetensors=True, **options)
    tokenizer = transformers.AutoTokenizer.from_pretrained(base.model, **options)
    return model, fit_for_chats(tokenizer)


def load(folder="model"):
    """A trained model, merged or as the adapter of its base, ready to answer, and its tokenizer."""
    quiet()
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    if (pathlib.Path(folder) / "adapter_config.json").exists():
        model = load_adapter(folder)
    else:
        model = transformers.AutoModelForCausalLM.from_pretrained(folder, use_safetensors=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return model.to(device).eval(), tokenizer


def load_adapter(folder):
    import peft

    with open(pathlib.Path(folder) / "adapter_config.json", encoding="utf-8") as file:
        config = json.load(file)
    options = {"revision": config["revision"]} if config.get("revision") else {"local_files_only": True}
    base = transformers.AutoModelForCausalLM.from_pretrained(
        config["base_model_name_or_path"], use_safetensors=True, **options
    )
    return peft.PeftModel.from_pretrained(base, folder)
