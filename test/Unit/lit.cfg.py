# The lit configuration of the GoogleTest programs below unittests/.

import os

import lit.formats

config.name = "VMJIT-Unit"
config.suffixes = []
config.test_exec_root = os.path.join(config.vmjit_binary_dir, "unittests")
config.test_source_root = config.test_exec_root
config.test_format = lit.formats.GoogleTest(".", "Tests")

config.environment.update(config.sanitizer_environment)
for name in ["LSAN_OPTIONS", "HOME", "TMPDIR"]:
    if name in os.environ:
        config.environment[name] = os.environ[name]
