"""Writes a trained model as official checkpoints: half precision in shards, and INT4 in one file."""

import collections
import json
import shutil
from pathlib import Path

import torch

from model import ChatModel
from quantize import pack_int4
from tokenizer import Tokenizer

SHARDS = 2
QUANTIZED = ("query_key_value.weight", "self_attention.dense.weight", "dense_h_to_4h.weight", "dense_4h_to_h.weight")
AUTO_MODEL = "modeling_chatglm.ChatGLMForConditionalGeneration"


def config(model: ChatModel, tokenizer: Tokenizer, bits: int | None) -> dict:
    """config.json with the keys of the official one."""
    shape = model.shape
    values = {
        "_name_or_path": "chatglm-desktop/demo", "model_type": "chatglm", "architectures": ["ChatGLMModel"],
        "auto_map": {
            "AutoConfig": "configuration_chatglm.ChatGLMConfig", "AutoModel": AUTO_MODEL,
            "AutoModelForCausalLM": AUTO_MODEL, "AutoModelForSeq2SeqLM": AUTO_MODEL,
            "AutoModelForSequenceClassification": "modeling_chatglm.ChatGLMForSequenceClassification"},
        "add_bias_linear": False, "add_qkv_bias": True, "apply_query_key_layer_scaling": True,
        "apply_residual_connection_post_layernorm": False, "attention_dropout": 0.0,
        "attention_softmax_in_fp32": True, "bias_dropout_fusion": True, "ffn_hidden_size": shape.feed_forward,
        "fp32_residual_connection": False, "hidden_dropout": 0.0, "hidden_size": shape.hidden,
        "kv_channels": shape.channels, "layernorm_epsilon": shape.epsilon, "multi_query_attention": True,
        "multi_query_group_num": shape.groups, "num_attention_heads": shape.heads, "num_layers": shape.layers,
        "original_rope": True, "padded_vocab_size": tokenizer.padded_vocab_size, "post_layer_norm": True,
        "rmsnorm": True, "seq_length": 32768, "use_cache": True, "torch_dtype": "float16",
        "transformers_version": "4.27.1", "tie_word_embeddings": False, "eos_token_id": 2, "pad_token_id": 0}
    return values | ({"quantization_bit": bits} if bits else {})


TOKENIZER_CONFIG = {
    "name_or_path": "chatglm-desktop/demo", "remove_space": False, "do_lower_case": False,
    "tokenizer_class": "ChatGLMTokenizer",
    "auto_map": {"AutoTokenizer": ["tokenization_chatglm.ChatGLMTokenizer", None]}}


def official_tensors(model: ChatModel) -> dict[str, torch.Tensor]:
    """All tensors in half precision under their official names, in the official order."""
    own = {name: value.detach().half() for name, value in model.state_dict().items()}
    tensors = {"transformer.embedding.word_embeddings.weight": own.pop("word_embeddings.weight"),
               "transformer.rotary_pos_emb.inv_freq": own.pop("inv_freq")}
    output = own.pop("output_layer.weight")
    tensors |= {f"transformer.encoder.{name}": value for name, value in own.items()}
    tensors["transformer.output_layer.weight"] = output
    assert all(value.isfinite().all() for value in tensors.values())
    return tensors


def save(tensors: dict[str, torch.Tensor], path: Path) -> None:
    """torch.save with one storage for each tensor."""
    torch.save(collections.OrderedDict((name, value.clone()) for name, value in tensors.items()), path)


def write_json(path: Path, value) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_common(folder: Path, model: ChatModel, tokenizer: Tokenizer, tokenizer_file: Path, bits: int | None) -> None:
    """config.json and the tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", config(model, tokenizer, bits))
    write_json(folder / "tokenizer_config.json", TOKENIZER_CONFIG)
    shutil.copyfile(tokenizer_file, folder / "tokenizer.model")


def export_fp16(folder: Path, model: ChatModel, tokenizer: Tokenizer, tokenizer_file: Path) -> None:
    """The half-precision checkpoint in shards of about equal size, with its index."""
    write_common(folder, model, tokenizer, tokenizer_file, None)
    tensors = official_tensors(model)
    total = sum(value.numel() * 2 for value in tensors.values())
    shards: list[dict[str, torch.Tensor]] = [{} for _ in range(SHARDS)]
    done = 0
    for name, value in tensors.items():
        shards[min(SHARDS - 1, done * SHARDS // total)][name] = value
        done += value.numel() * 2
    files = [f"pytorch_model-{n:05d}-of-{SHARDS:05d}.bin" for n in range(1, SHARDS + 1)]
    for file, shard in zip(files, shards):
        save(shard, folder / file)
    names = {name: file for file, shard in zip(files, shards) for name in shard}
    write_json(folder / "pytorch_model.bin.index.json", {"metadata": {"total_size": total}, "weight_map": names})


def export_int4(folder: Path, model: ChatModel, tokenizer: Tokenizer, tokenizer_file: Path) -> None:
    """The INT4 checkpoint: only the four matrices of each block are quantised, from the half-precision values."""
    write_common(folder, model, tokenizer, tokenizer_file, 4)
    tensors: dict[str, torch.Tensor] = {}
    for name, value in official_tensors(model).items():
        if name.endswith(QUANTIZED):
            tensors[name], tensors[f"{name}_scale"] = pack_int4(value.float())
        else:
            tensors[name] = value
    save(tensors, folder / "pytorch_model.bin")
