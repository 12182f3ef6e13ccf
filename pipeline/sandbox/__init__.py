"""Extraction in a process of its own, which may hang, run out of memory or die without harm to any other page."""

from pipeline.sandbox.messages import Drafted, Request
from pipeline.sandbox.sandbox import Sandbox, SandboxBroken, thread_sandbox

__all__ = ["Drafted", "Request", "Sandbox", "SandboxBroken", "thread_sandbox"]
