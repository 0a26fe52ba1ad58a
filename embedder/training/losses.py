"""What training wants of a vector. Every loss looks at the direction, as retrieval does."""

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor

TEACHER_SHARPNESS, OWN_SHARPNESS = 8.0, 12.0  # of the softmax over a batch's cosines
CONTRAST_SHARPNESS = 10.0
ALIKE = 0.5  # least Jaccard index of labels: the protocol's relevance
FAR = -1e9


def teacher_loss(guess: "Tensor", teacher: "Tensor") -> "Tensor":
    """1 - cosine of what is guessed from our vectors and the teacher's features: (n, d) both."""
    return (1 - functional.cosine_similarity(guess, teacher, dim=1)).mean()


def relation_loss(vectors: "Tensor", teacher: "Tensor") -> "Tensor":
    """Neighbours as the teacher sees them: KL of softmaxes over the cosines within a batch.

    `vectors` (n, d) and `teacher` (n, e) are normalised. After Park et al., Relational Knowledge
    Distillation (2019), in the form of Passalis and Tefas (2018).
    """
    himself = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    wanted = (teacher @ teacher.T * TEACHER_SHARPNESS).masked_fill(himself, FAR).softmax(dim=1)
    found = (vectors @ vectors.T * OWN_SHARPNESS).masked_fill(himself, FAR).log_softmax(dim=1)
    return functional.kl_div(found, wanted, reduction="batchmean")


def label_loss(logits: "Tensor", labels: "Tensor", asked: "Tensor", rare: "Tensor") -> "Tensor":
    """Binary cross-entropy over labels that a picture's table knows; `rare` (l,) weighs hits."""
    losses = functional.binary_cross_entropy_with_logits(
        logits, labels, pos_weight=rare, reduction="none"
    )
    return ((losses * asked).sum(dim=1) / asked.sum(dim=1).clamp(min=1)).mean()


def contrast_loss(vectors: "Tensor", labels: "Tensor") -> "Tensor":
    """Supervised contrast (Khosla et al., 2020) among normalised vectors (n, d).

    Two pictures attract each other by the Jaccard index of their labels (n, l), if it is at least
    ALIKE; pictures with nobody alike are left out.
    """
    shared = labels @ labels.T
    either = labels.sum(dim=1, keepdim=True) + labels.sum(dim=1) - shared
    alike = shared / either.clamp(min=1)
    himself = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    alike = torch.where((alike >= ALIKE) & ~himself, alike, torch.zeros_like(alike))
    found = (vectors @ vectors.T * CONTRAST_SHARPNESS).masked_fill(himself, FAR).log_softmax(dim=1)
    weight = alike.sum(dim=1)
    each = -(alike * found).sum(dim=1) / weight.clamp(min=1e-6)
    return (each * (weight > 0)).sum() / (weight > 0).sum().clamp(min=1)


def kind_loss(logits: "Tensor", kinds: "Tensor") -> "Tensor":
    """Cross-entropy over classes, pictures with a negative number left out."""
    if not bool((kinds >= 0).any()):
        return logits.sum() * 0
    return functional.cross_entropy(logits, kinds.clamp(min=-1), ignore_index=-1)
