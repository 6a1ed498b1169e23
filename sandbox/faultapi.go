package sandbox

import (
	"io"
	"net/http"
	"strconv"
)

func (a *api) getFaults(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, a.faults.list())
}

func (a *api) putFaults(w http.ResponseWriter, r *http.Request) {
	body, err := readFaultBody(w, r)
	var faults []fault
	if err == nil {
		faults, err = parseFaults(body, a.sources.names())
	}
	if err != nil {
		refuseFault(w, err)
		return
	}
	a.faults.replace(faults)
	a.store.changes.add()
	a.getFaults(w, r)
}

func (a *api) postFault(w http.ResponseWriter, r *http.Request) {
	body, err := readFaultBody(w, r)
	var f fault
	if err == nil {
		f, err = parseFault(body, a.sources.names())
	}
	if err == nil {
		f, err = a.faults.add(f)
	}
	if err != nil {
		refuseFault(w, err)
		return
	}
	a.store.changes.add()
	writeJSON(w, http.StatusCreated, f)
}

func (a *api) deleteFaults(w http.ResponseWriter, _ *http.Request) {
	a.faults.replace(nil)
	a.store.changes.add()
	w.WriteHeader(http.StatusNoContent)
}

func (a *api) deleteFault(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 64)
	if err != nil || a.faults.remove(id) != nil {
		(&refusal{http.StatusNotFound, "unknown_fault", errUnknownFault.Error()}).write(w)
		return
	}
	a.store.changes.add()
	w.WriteHeader(http.StatusNoContent)
}

func readFaultBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	return io.ReadAll(http.MaxBytesReader(w, r.Body, maxFaultBytes))
}

func refuseFault(w http.ResponseWriter, err error) {
	(&refusal{http.StatusBadRequest, "invalid_fault", err.Error()}).write(w)
}
