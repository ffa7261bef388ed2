"""ChatGLM2's official INT4: one half-precision scale per row, values from -7 to 7, two to a byte."""

import torch


def row_scales(weight: torch.Tensor) -> torch.Tensor:
    """max|row| / 7 rounded to half precision, as a column of float32."""
    return (weight.detach().abs().amax(1, keepdim=True) / 7).half().float()


def codes(weight: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    """The integers from -7 to 7 nearest to weight / scale; a row of zeros has scale 0 and stays zero."""
    return torch.where(scales > 0, weight / scales.clamp_min(1e-12), torch.zeros(())).round().clamp(-7, 7)


def fake_quantize(weight: torch.Tensor) -> torch.Tensor:
    """The weight as INT4 would store it; gradients pass as if it were unchanged."""
    with torch.no_grad():
        scales = row_scales(weight)
        change = codes(weight, scales) * scales - weight
    return weight + change


def pack_int4(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(packed int8 [out, in / 2], scales half [out]). The high nibble holds the even column."""
    scales = row_scales(weight)
    values = codes(weight, scales).to(torch.int16)
    bytes_ = ((values[:, 0::2] & 15) << 4) | (values[:, 1::2] & 15)
    signed = torch.where(bytes_ > 127, bytes_ - 256, bytes_)
    return signed.to(torch.int8), scales[:, 0].half()
