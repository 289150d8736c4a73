using System.Runtime.CompilerServices;
using CaBridge.Analysis.Transactions;
using CsCheck;

namespace CaBridge.Tests.Transactions;

[TestFixture]
public sealed class IdMapTests
{
    /// <summary>Runs of 64 whose product with the multiplier begins with the same bits: all want the same places of a small table.</summary>
    private static readonly uint[] Crowded = [.. Enumerable.Range(1, 1 << 20)
        .Select(run => (uint)run)
        .Where(run => unchecked(run * 0x9E37_79B9u) >> 20 == 0)
        .Take(60)
        .Select(run => run << 6)];

    private static readonly Gen<uint> Id = Gen.OneOf(
        Gen.UInt[0, 40],
        Gen.UInt[0, 40].Select(small => uint.MaxValue - small),
        Gen.Int[0, 59].Select(index => Crowded[index]),
        Gen.Int[0, 59].Select(index => Crowded[index] + 1));

    [Test]
    public void Map_is_a_dictionary() => Gen.Select(Id, Gen.Int[0, 9]).Array[0, 400].Sample(steps =>
    {
        var map = new IdMap<long>();
        var model = new Dictionary<uint, long>();
        for (var i = 0; i < steps.Length; i++)
        {
            var (id, action) = steps[i];
            var agrees = action switch
            {
                < 6 => Add(map, model, id, i),
                _ => Remove(map, model, id),
            };
            if (!agrees || !Agrees(map, model))
            {
                return false;
            }
        }

        map.Clear();
        return map.Count == 0 && map.NextIndex(0) == -1 && steps.All(step => Unsafe.IsNullRef(ref map.Find(step.Item1)));
    });

    [Test]
    public void Map_that_was_cleared_takes_entries_again([Values(1u, 10_000u)] uint entries)
    {
        var map = new IdMap<int>();
        for (var id = 0u; id < entries; id++)
        {
            map.GetOrAdd(id, out _) = 1;
        }

        map.Clear();
        ref var value = ref map.GetOrAdd(0, out var existed);

        Assert.That((existed, value, map.Count), Is.EqualTo((false, 0, 1)));
    }

    [Test]
    public void Empty_map_has_nothing()
    {
        var map = new IdMap<int>();

        Assert.That(Unsafe.IsNullRef(ref map.Find(0)), Is.True);
        Assert.That(map.Remove(0, out _), Is.False);
        Assert.That(map.NextIndex(0), Is.EqualTo(-1));
    }

    private static bool Add(IdMap<long> map, Dictionary<uint, long> model, uint id, long value)
    {
        var expected = model.TryGetValue(id, out var old);
        ref var entry = ref map.GetOrAdd(id, out var existed);
        var agrees = existed == expected && entry == old;
        entry = model[id] = value;
        return agrees;
    }

    private static bool Remove(IdMap<long> map, Dictionary<uint, long> model, uint id)
    {
        var expected = model.Remove(id, out var old);
        return map.Remove(id, out var value) == expected && value == old;
    }

    private static bool Agrees(IdMap<long> map, Dictionary<uint, long> model)
    {
        var walked = new List<long>();
        for (var at = map.NextIndex(0); at >= 0; at = map.NextIndex(at + 1))
        {
            walked.Add(map.ValueAt(at));
        }

        return map.Count == model.Count && walked.Order().SequenceEqual(model.Values.Order());
    }
}
