package crank.access_test

import data.crank.access

ann := {
	"tenant": {"id": "acme", "known": true, "disabled": false},
	"principal": {"id": "ann", "known": true, "disabled": false, "roles": ["member"]},
}

test_a_member_may_run if {
	access.decision.allow with input as ann
}

test_the_owner_needs_no_role if {
	access.decision.rule == "owner" with input as {
		"tenant": {"id": "owner", "known": true, "disabled": false},
		"principal": {"id": "owner", "known": true, "disabled": false, "roles": []},
	}
}

test_nobody_is_the_owner_by_name_alone if {
	some place in ["/tenant/id", "/principal/id"]
	not access.owner with input as json.patch(ann, [{"op": "replace", "path": place, "value": "owner"}])
}

test_a_viewer_may_not_run if {
	denied("role", "/principal/roles", ["viewer"])
}

test_who_is_disabled_or_not_known_may_not_run if {
	denied("tenant-disabled", "/tenant/disabled", true)
	denied("tenant-unknown", "/tenant/known", false)
	denied("principal-disabled", "/principal/disabled", true)
	denied("principal-unknown", "/principal/known", false)
}

test_without_an_input_nobody_may_run if {
	access.decision.allow == false with input as {}
}

# The code is the only reason when one thing of Ann is otherwise.
denied(code, path, value) if {
	answer := access.decision with input as json.patch(ann, [{"op": "replace", "path": path, "value": value}])
	answer.allow == false
	object.keys(answer.reasons) == {code}
}
