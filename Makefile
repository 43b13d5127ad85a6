# Thin names for dev.py, which does the work.
.PHONY: start test check fix bench
start test check fix bench:
	@python3 dev.py $@
