"""Batches to edited trees and back: edit, verify, run."""
