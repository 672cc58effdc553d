# METADATA
# title: Who may offer what
# description: >-
#   Whoever may register a service may offer what it describes. Say more here to allow less: who
#   registers is input.service.registrant, what it offers is input.capabilities.
package crank.offers

decision := {"allow": true, "rule": "registered", "reasons": ["The service was registered by somebody who may."]}
