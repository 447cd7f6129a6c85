"""The service: pipeline, outbox sender, scheduler, health."""
