package exporter

import (
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
	"go.opentelemetry.io/collector/exporter/exporterhelper/xexporterhelper"

	"github.com/otel-segment/segmentexporter/translate"
)

// newTestRequest is a request of messages that need not be JSON.
func newTestRequest(suffix []byte, messages ...string) *request {
	r := &request{envelope: envelopeSize(suffix), data: []byte(strings.Join(messages, ","))}
	end := -1
	for i, m := range messages {
		end += 1 + len(m)
		r.messages = append(r.messages, message{end: end, typ: translate.Type(i % int(translate.NumTypes))})
	}
	return r
}

func listOf(r *request) []string {
	var list []string
	for i := range r.messages {
		list = append(list, string(r.data[r.startOf(i):r.messages[i].end]))
	}
	return list
}

// FuzzMergeSplit merges and cuts requests as the batcher does, and compares with the list of messages.
func FuzzMergeSplit(f *testing.F) {
	f.Add(uint64(1), 0, byte(0))
	f.Add(uint64(2), 3, byte(0))
	f.Add(uint64(3), 200, byte(1))
	f.Add(uint64(4), 1, byte(1))
	f.Add(uint64(5), 2_500, byte(0))
	f.Fuzz(func(t *testing.T, seed uint64, maxSize int, unit byte) {
		sizer := exporterhelper.RequestSizerTypeItems
		if unit%2 == 1 {
			sizer = exporterhelper.RequestSizerTypeBytes
		}
		l := bodyLimits.lowered(maxSize, sizer)
		random := rand.New(rand.NewPCG(seed, 0))
		suffix := newSuffix(testKey)
		account := &receipt{backlog: &backlog{}}
		var want, got []string
		var current *request
		finish := func(batch *request) {
			for _, m := range batch.messages {
				require.Same(t, account, m.receipt)
			}
			require.LessOrEqual(t, len(batch.messages), l.messages)
			require.True(t, batch.BytesSize() <= l.bytes || len(batch.messages) == 1)
			require.Equal(t, batch.envelope+len(strings.Join(listOf(batch), ",")), batch.BytesSize())
			require.Equal(t, strings.Join(listOf(batch), ","), string(batch.bytes()))
			got = append(got, listOf(batch)...)
			batch.release()
		}
		for range 1 + random.IntN(8) {
			var list []string
			for range 1 + random.IntN(1+1<<random.IntN(12)) {
				list = append(list, strconv.Itoa(len(want)+len(list))+strings.Repeat("0", random.IntN(1+1<<random.IntN(15))))
			}
			want = append(want, list...)
			next := newTestRequest(suffix, list...)
			for i := range next.messages {
				next.messages[i].receipt = account
			}
			var parts []xexporterhelper.Request
			var err error
			if current == nil {
				parts, err = next.MergeSplit(t.Context(), maxSize, sizer, nil)
			} else {
				parts, err = current.MergeSplit(t.Context(), maxSize, sizer, next)
			}
			require.NoError(t, err)
			require.NotEmpty(t, parts)
			for i, part := range parts[:len(parts)-1] {
				first := len(listOf(parts[i+1].(*request))[0])
				require.True(t, part.ItemsCount() == l.messages || part.BytesSize()+len(",")+first > l.bytes, "a body is filled before the next")
				finish(part.(*request))
			}
			current = parts[len(parts)-1].(*request)
		}
		finish(current)
		require.Equal(t, want, got)
	})
}

// FuzzDisk packs requests and unpacks them.
func FuzzDisk(f *testing.F) {
	f.Add([]byte("a"), []byte("b,c"), []byte{0, 1, 2})
	f.Fuzz(func(t *testing.T, a, b, c []byte) {
		var list []string
		for _, m := range [][]byte{a, b, c} {
			if len(m) > 0 {
				list = append(list, string(m))
			}
		}
		if len(list) == 0 {
			return
		}
		r := newTestRequest(nil, list...)
		for i := range r.messages {
			r.messages[i].channel = translate.Channel(i % 2)
			r.messages[i].drops = uint32(i * len(a))
			if i%2 == 0 {
				f := []fate{refused, rejected, undelivered}[len(b)%3]
				r.messages[i].givenUp = &givenUp{f, cause{dropReasons[f], len(c) % 1000, string(a), accepted}}
			}
		}
		packed, err := r.pack(t.Context(), accepted)
		require.NoError(t, err)
		require.NoError(t, CheckItem(packed.whole))
		_, back, err := encoding{&Exporter{envelope: r.envelope}}.Unmarshal(packed.whole)
		require.NoError(t, err)
		require.Equal(t, r.ItemsCount(), back.ItemsCount())
		require.Equal(t, r.BytesSize(), back.BytesSize())
		got := back.(*request)
		require.NoError(t, got.unpack())
		require.Equal(t, list, listOf(got))
		for i := range got.messages {
			require.Equal(t, r.messages[i].typ, got.messages[i].typ)
			require.Equal(t, r.messages[i].channel, got.messages[i].channel)
			require.Equal(t, r.messages[i].drops, got.messages[i].drops)
			require.Equal(t, r.messages[i].givenUp, got.messages[i].givenUp)
		}
	})
}

// FuzzUnmarshal reads any bytes, some of them with the right checksum.
func FuzzUnmarshal(f *testing.F) {
	packed, err := newTestRequest(nil, "1", "22", "333").pack(f.Context(), accepted)
	require.NoError(f, err)
	f.Add(packed.whole, true)
	f.Add(packed.whole[:len(packed.whole)-1], true)
	f.Add([]byte{}, false)
	f.Add([]byte{diskMark, diskVersion}, false)
	f.Add([]byte{diskMark, diskVersion, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0}, true)
	f.Fuzz(func(t *testing.T, item []byte, sum bool) {
		if sum && len(item) >= diskHeadSize {
			seal(item)
		}
		checked := CheckItem(item)
		_, req, err := encoding{&Exporter{}}.Unmarshal(item)
		if checked == nil {
			require.NoError(t, err)
		}
		if err != nil {
			return
		}
		r := req.(*request)
		if r.packed.bytes > 1<<24 {
			return
		}
		data, messages, err := r.packed.unpack()
		if err == nil {
			require.Len(t, listOf(&request{data: data, messages: messages}), r.ItemsCount())
		}
	})
}

// accepted is when the exporter took the messages of the tests.
var accepted = time.UnixMilli(1_781_524_800_123)

// TestDiskFormat pins the bytes of version 1: a queue on disk outlives the collector that wrote it.
func TestDiskFormat(t *testing.T) {
	t.Parallel()
	r := newTestRequest(nil, `{"a":1}`, `{"b":2}`, `{"c":3}`)
	packed, err := r.pack(t.Context(), accepted)
	require.NoError(t, err)
	const item = "ff01b1c41a5ed6fcf3c40001fbc49cd9ec3303171d700007010702077b2261223a317d2c7b2262223a327d2c7b2263223a337d"
	assert.Equal(t, item, hex.EncodeToString(packed.whole))
	fromDevice := newTestRequest(nil, `{"a":1}`)
	fromDevice.messages[0].channel = translate.Client
	packed, err = fromDevice.pack(t.Context(), accepted)
	require.NoError(t, err)
	assert.True(t, strings.HasSuffix(hex.EncodeToString(packed.whole), "80077b2261223a317d"))
	const withoutAcceptance = "ff01e6c31be2ec031ca2000003171d700007010702077b2261223a317d2c7b2262223a327d2c7b2263223a337d"
	for written, since := range map[string]time.Time{item: accepted, withoutAcceptance: time.Now()} {
		whole, err := hex.DecodeString(written)
		require.NoError(t, err)
		require.NoError(t, CheckItem(whole))
		e := &Exporter{envelope: r.envelope}
		_, back, err := encoding{e}.Unmarshal(whole)
		require.NoError(t, err)
		got := back.(*request)
		require.NoError(t, got.unpack())
		assert.Equal(t, listOf(r), listOf(got))
		assert.Equal(t, translate.Identify, got.messages[1].typ)
		assert.InDelta(t, time.Since(since).Seconds(), e.backlog.age().Seconds(), 60)
	}
}

// TestCheckItem knows every kind of item that the queue on disk must not hand out.
func TestCheckItem(t *testing.T) {
	t.Parallel()
	packed, err := newTestRequest(nil, `{"a":1}`).pack(t.Context(), accepted)
	require.NoError(t, err)
	require.NoError(t, CheckItem(packed.whole))
	for i := range packed.whole {
		damaged := append([]byte(nil), packed.whole...)
		damaged[i] ^= 0x10
		require.Error(t, CheckItem(damaged), "byte %d", i)
		require.Error(t, CheckItem(packed.whole[:i]), "cut at %d", i)
	}
	newer := append([]byte(nil), packed.whole...)
	newer[1] = diskVersion + 1
	require.ErrorContains(t, CheckItem(newer), "version 2 of the format")
	otlp, err := json.Marshal("OTLP")
	require.NoError(t, err)
	assert.ErrorContains(t, CheckItem(otlp), "not written by this exporter")
}
