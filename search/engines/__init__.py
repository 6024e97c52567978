"""The engines that can answer: embedded Whoosh."""
