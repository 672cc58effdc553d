# METADATA
# title: Who may manage the mesh
# description: >-
#   Whoever has the scope that an operation needs may use it. Say more here to allow less: the
#   operation is input.verb, who asks is input.caller, what it is about is input.target.
package crank.admin

decision := {"allow": true, "rule": "scope", "reasons": ["The caller has the scope that this needs."]}
